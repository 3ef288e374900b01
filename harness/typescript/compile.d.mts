/** Compiles what is not compiled yet of these folders of the project, so that no process that is measured has to. */
export function compileAhead(folders: readonly string[]): void;

/**
 * JavaScript of a TypeScript file, as kept from an earlier call of any process, or made now.
 *
 * @throws Error when there is no such file
 */
export function compile(path: string): string;
