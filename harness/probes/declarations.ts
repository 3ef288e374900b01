/**
 * The declarations that a piece of code needs, followed through the project's modules by name.
 *
 * Codecs have both directions in one file and a server's stream serves two transports: whole files would charge one with
 * the other's code. A declaration at the top of a module is the unit, and is counted whole.
 */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Node, Statement as SourceStatement, StringLiteral } from 'typescript';
import { loadTypeScript } from '../typescript/load.js';

/** A module's path, or `path#name` for one of its declarations. */
export type Entry = string;

/** A statement at the top of a module, as JavaScript. */
export interface Declaration {
  readonly file: string;
  readonly text: string;
}

interface Statement extends Declaration {
  readonly names: ReadonlySet<string>;
  /** Every identifier in it: more than it refers to, never less. */
  readonly mentions: ReadonlySet<string>;
}

interface Module {
  readonly statements: readonly Statement[];
  /** Local name → where it comes from. */
  readonly imports: ReadonlyMap<string, { readonly from: string; readonly name: string }>;
}

export interface Needs {
  readonly declarations: ReadonlySet<Declaration>;
  readonly packages: ReadonlySet<string>;
}

export class Declarations {
  readonly #root: string;
  readonly #modules = new Map<string, Module>();

  /** @param root that the paths of entries are relative to */
  constructor(root: string) {
    this.#root = root;
  }

  /** @throws Error when an entry names what is not there */
  needsOf(entries: readonly Entry[]): Needs {
    const found = new Set<Statement>();
    const packages = new Set<string>();
    const waiting: [file: string, name: string | null][] = entries.map((entry) => {
      const [file, name] = entry.split('#') as [string, string?];
      return [file, name ?? null];
    });
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const [file, name] = next;
      const { statements, imports } = this.#module(file);
      const named = name === null ? statements : statements.filter(({ names }) => names.has(name));
      if (named.length === 0) throw new Error(`${file} declares no ${name}`);
      for (const statement of named) {
        if (found.has(statement)) continue;
        found.add(statement);
        for (const mention of statement.mentions) {
          const imported = imports.get(mention);
          if (imported === undefined) {
            if (statements.some(({ names }) => names.has(mention))) waiting.push([file, mention]);
          } else if (imported.from.startsWith('.'))
            waiting.push([join(dirname(file), imported.from).replace(/\.js$/, '.ts'), imported.name]);
          else if (!imported.from.startsWith('node:')) packages.add(imported.from);
        }
      }
    }
    return { declarations: found, packages };
  }

  #module(file: string): Module {
    const known = this.#modules.get(file);
    if (known !== undefined) return known;
    const module = readModule(file, stripped(readFileSync(join(this.#root, file), 'utf8')));
    this.#modules.set(file, module);
    return module;
  }
}

/** JavaScript of a TypeScript source: no types, no comments, no import that only types needed. */
export function stripped(source: string): string {
  const ts = loadTypeScript();
  return ts.transpileModule(source, {
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      removeComments: true,
      verbatimModuleSyntax: false,
    },
  }).outputText;
}

function readModule(file: string, code: string): Module {
  const ts = loadTypeScript();
  const source = ts.createSourceFile('one.js', code, ts.ScriptTarget.ES2022, true);
  const statements: Statement[] = [];
  const imports = new Map<string, { from: string; name: string }>();
  for (const statement of source.statements) {
    if (ts.isImportDeclaration(statement)) {
      const from = (statement.moduleSpecifier as StringLiteral).text;
      const { name, namedBindings } = statement.importClause ?? {};
      if (name !== undefined) imports.set(name.text, { from, name: 'default' });
      if (namedBindings !== undefined && ts.isNamedImports(namedBindings))
        for (const one of namedBindings.elements)
          imports.set(one.name.text, { from, name: (one.propertyName ?? one.name).text });
      continue;
    }
    // What a file of only types leaves behind.
    if (ts.isExportDeclaration(statement)) continue;
    statements.push({
      file,
      text: statement.getText(source),
      names: namesOf(statement),
      mentions: mentionsIn(statement),
    });
  }
  return { statements, imports };
}

function namesOf(statement: SourceStatement): Set<string> {
  const ts = loadTypeScript();
  if (ts.isVariableStatement(statement))
    return new Set(statement.declarationList.declarations.map(({ name }) => name.getText()));
  if ((ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) && statement.name !== undefined)
    return new Set([statement.name.text]);
  return new Set();
}

function mentionsIn(node: Node): Set<string> {
  const ts = loadTypeScript();
  const found = new Set<string>();
  const visit = (one: Node): void => {
    if (ts.isIdentifier(one)) found.add(one.text);
    ts.forEachChild(one, visit);
  };
  visit(node);
  return found;
}
