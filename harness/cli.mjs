/**
 * The commands as a table: names, arguments, options and examples. What they do is in commands/, one file each.
 * Types are in cli.d.mts.
 */
import { readFileSync } from 'node:fs';
import { Command } from 'commander';

/** Bad usage, apart from a failure of the thing asked for (1). */
export const misuseExitCode = 2;

const claimsFrom = {
  flags: '--claims-from <folder>',
  describe: 'also the claims and suites of this folder, whose code is run (docs/claims.md)',
};

const planOptions = [
  { flags: '--quick', describe: 'a thinned version: fewer workloads, three repeats' },
  { flags: '--claims <ids>', describe: 'with the suite article: only what these claims need, as in A2,A7' },
  claimsFrom,
  { flags: '--repeats <n>', describe: 'trials per arm (default: the suite’s)' },
  { flags: '--seed <n>', describe: 'fixes every schedule and phase (default: 20261124)' },
  { flags: '--transport <id...>', describe: 'only these transports' },
  { flags: '--subject <id...>', describe: 'these servers instead of the suite’s: uws, node' },
  { flags: '--no-wire', describe: 'stay on the machine’s own loopback, without counting TCP/IP bytes' },
  { flags: '--no-floor', describe: 'do not measure the instrument’s own floor before the first trial (3 s)' },
  {
    flags: '--client-workers <n>',
    describe:
      'load generator processes per trial (default: as many as its connections need files; 1 up to some 19,000)',
  },
  { flags: '--server-processes <n>', describe: 'server processes per trial, sharing one port (default: likewise)' },
  { flags: '--addresses <n>', describe: 'loopback addresses to connect to (default: as many as local ports require)' },
  {
    flags: '--browser <which>',
    describe: 'a path, embedded, system or none (default: $PUSHLAB_BROWSER, else the first that works)',
  },
  { flags: '--out <folder>', describe: 'where runs go (default: out)' },
];

export const commandTable = [
  {
    name: 'run',
    args: '<suite>',
    describe: 'Run a suite (or the rest of a plan), then summarize, judge and report',
    options: [
      ...planOptions,
      { flags: '--resume', describe: 'take <suite> as the folder of a run, and run what it has not yet' },
      { flags: '--no-report', describe: 'stop after the trials' },
      { flags: '--quiet', describe: 'say nothing but the path of the report, and errors' },
      { flags: '--json', describe: 'print the result as JSON (schemas/run-result.schema.json) instead of tables' },
    ],
    examples: [
      'pushlab run quick',
      'pushlab run quick --json --quiet',
      'pushlab run fanout --repeats 3 --transport sse websocket',
      'pushlab run quick --subject node',
      'pushlab run article --quick',
      'pushlab run article --claims A2,A7',
      'pushlab run my-suite.json --seed 7',
      'pushlab run out/latest --resume',
    ],
  },
  {
    name: 'plan',
    args: '<suite>',
    describe: 'Write the plan of a run without running it',
    options: planOptions,
    examples: ['pushlab plan payload', 'pushlab run out/latest --resume'],
  },
  {
    name: 'summarize',
    args: '[run]',
    describe: 'Summarize the trials of a run (default: the newest)',
    options: [],
    examples: ['pushlab summarize', 'pushlab summarize out/latest'],
  },
  {
    name: 'judge',
    args: '[run]',
    describe: 'Judge the claims by the summary of a run',
    options: [claimsFrom],
    examples: ['pushlab judge', 'pushlab judge out/latest', 'pushlab judge out/latest --claims-from my-claims'],
  },
  {
    name: 'claims',
    args: '[id]',
    describe:
      'List the claims under test, or explain one: who says it, how it is tested, what would change the verdict',
    options: [claimsFrom],
    examples: ['pushlab claims', 'pushlab claims A7'],
  },
  {
    name: 'report',
    args: '[run]',
    describe: 'Write the HTML report of a run and print its path',
    options: [],
    examples: ['pushlab report', 'pushlab report out/latest'],
  },
  {
    name: 'export',
    args: '[run]',
    describe: 'Write the figures of a run for other tools: CSV, HdrHistogram logs, Markdown (default: the newest)',
    options: [
      {
        flags: '--archive <folder>',
        describe: 'instead, a copy of the run to keep: trials compressed, without samples; it can be judged again',
      },
    ],
    examples: ['pushlab export', 'pushlab export out/latest', 'pushlab export --archive reports/reference'],
  },
  {
    name: 'view',
    args: '[run]',
    describe: 'Show all runs in the browser, and a run while it is measured',
    options: [
      { flags: '--port <n>', describe: 'port to listen on, 0 for any free one (default: 8081)' },
      { flags: '--out <folder>', describe: 'where the runs are (default: out)' },
      { flags: '--no-open', describe: 'only print the address' },
    ],
    examples: ['pushlab view', 'pushlab view out/latest', 'pushlab view --port 0 --no-open'],
  },
  {
    name: 'compare',
    args: '<a> <b>',
    describe: 'Compare two runs: differences with intervals, paired where the plans match',
    options: [
      { flags: '--json', describe: 'print the comparison as JSON' },
      { flags: '--metric <id...>', describe: 'only these figures (default: all eleven)' },
      { flags: '--min-effect <percent>', describe: 'smaller differences are tied (default: 1)' },
      {
        flags: '--fail-on <worse[:percent]>',
        describe: 'exit 1 when a figure of B is worse; with a percentage, when even the kinder end of its interval is',
      },
      { flags: '--html <file>', describe: 'also write a page' },
      { flags: '--junit <file>', describe: 'also write JUnit XML, where what --fail-on names has failed' },
      {
        flags: '--benchmark-json <file>',
        describe: 'also write the figures of B as github-action-benchmark reads them (customSmallerIsBetter)',
      },
    ],
    examples: [
      'pushlab compare out/before out/latest',
      'pushlab compare out/before out/latest --fail-on worse:5 --metric lostShare',
      'pushlab compare out/before out/latest --html compared.html --junit junit.xml',
    ],
  },
  {
    name: 'connections',
    describe: 'Open many connections, hold them, send one update to each: speed, memory per connection, CPU while idle',
    options: [
      {
        flags: '--count <n>',
        describe: 'connections; memory is a slope over a tenth, half and all of them (default: 10000)',
      },
      { flags: '--idle <s>', describe: 'seconds with all open and nothing sent (default: 5)' },
      {
        flags: '--hold <s>',
        describe: 'seconds of the window, in the middle of which the update is sent (default: 3)',
      },
      ...planOptions,
      { flags: '--no-report', describe: 'stop after the table' },
    ],
    examples: [
      'pushlab connections --transport sse websocket',
      'pushlab connections --count 48000 --transport websocket',
    ],
  },
  {
    name: 'capacity',
    describe: 'Find the highest update rate, or the most subscribers, that meet an objective',
    options: [
      {
        flags: '--slo <objectives>',
        describe: 'what must hold: p50 p90 p99 max mean staleness lost superseded dropped (default: p99<50ms,lost=0)',
      },
      { flags: '--find <axis>', describe: 'rate or subscribers (default: rate)' },
      { flags: '--transport <id...>', describe: 'only these transports (default: sse websocket)' },
      {
        flags: '--subscribers <n>',
        describe: 'how many, while the rate is sought; else where to begin (default: 100)',
      },
      {
        flags: '--rate <hz>',
        describe: 'updates per second, while subscribers are sought; else where to begin (default: 10)',
      },
      { flags: '--payload <bytes>', describe: 'bytes per update, at least 16 (default: 128)' },
      { flags: '--poll-interval <ms>', describe: 'of polling transports (default: 20)' },
      { flags: '--window <s>', describe: 'length of a step’s window (default: 3)' },
      { flags: '--resolution <percent>', describe: 'how near the answer must be to a load that fails (default: 5)' },
      { flags: '--confirm <n>', describe: 'how often the answer must be met again (default: 2)' },
      { flags: '--seed <n>', describe: 'fixes every schedule and phase (default: 20261124)' },
      { flags: '--no-wire', describe: 'stay on the machine’s own loopback, without counting TCP/IP bytes' },
      { flags: '--out <folder>', describe: 'where runs go (default: out)' },
      { flags: '--no-report', describe: 'stop after the table' },
    ],
    examples: [
      "pushlab capacity --transport sse websocket --slo 'p99<50ms,lost=0'",
      'pushlab capacity --find subscribers --rate 5 --slo p99<100ms',
    ],
  },
  {
    name: 'churn',
    describe:
      'Subscribers come, receive and vanish (FIN, reset, silently), again and again: what the server keeps of them',
    options: [
      { flags: '--transport <id...>', describe: 'only these transports (default: sse websocket long-polling)' },
      { flags: '--count <n>', describe: 'connections of each round (default: 500)' },
      { flags: '--cycles <n>', describe: 'rounds of each way to vanish (default: 5)' },
      {
        flags: '--run <folder>',
        describe: 'put the rounds beside a run, as evidence for claim A17 (default: a folder of their own)',
      },
      { flags: '--seed <n>', describe: 'fixes the schedule (default: 20261124)' },
      { flags: '--out <folder>', describe: 'where runs go (default: out)' },
    ],
    examples: ['pushlab churn', 'pushlab churn --run out/latest --cycles 10'],
  },
  {
    name: 'list',
    args: '[what]',
    describe: 'List suites, runs, claims, transports or faults (default: suites and runs)',
    options: [],
    examples: ['pushlab list', 'pushlab list claims', 'pushlab list transports', 'pushlab list faults'],
  },
  {
    name: 'selftest',
    args: '<what>',
    describe: 'Check the lab itself: aa compares one arm under two names, again and again',
    options: [
      { flags: '--experiments <n>', describe: 'how often (default: 20, about seven minutes)' },
      { flags: '--repeats <n>', describe: 'trials of each name in an experiment (default: 6)' },
      { flags: '--transport <id>', describe: 'of both names (default: sse)' },
      { flags: '--out <folder>', describe: 'where runs go (default: out)' },
      { flags: '--json', describe: 'print the result as JSON' },
    ],
    examples: ['pushlab selftest aa', 'pushlab selftest aa --transport polling --experiments 40'],
  },
  {
    name: 'qps',
    args: '[url]',
    describe: 'Measure requests per second of a server (default: our own hello), beside wrk and others',
    options: [
      { flags: '--connections <n>', describe: 'open at one time (default: 64)' },
      {
        flags: '--mode <mode>',
        describe: 'keep-alive, close (a connection per request) or both (default: keep-alive)',
      },
      { flags: '--duration <seconds>', describe: 'of each block (default: 5)' },
      { flags: '--repeats <n>', describe: 'blocks per generator and mode, in mirrored order (default: 5)' },
      { flags: '--pipeline <n>', describe: 'requests that a connection has outstanding (default: 1)' },
      { flags: '--rate <hz>', describe: 'open model: offer this many requests per second, whatever comes back' },
      { flags: '--threads <n>', describe: 'worker processes of ours, threads of other tools (default: 1)' },
      { flags: '--timeout <seconds>', describe: 'a request without a response for so long has failed (default: 10)' },
      {
        flags: '--with <tools>',
        describe: 'also: wrk,ab,h2load,oha,k6,autocannon,bombardier,gcannon, as far as they are on the PATH',
      },
      { flags: '--preset <name>', describe: 'article: 360 connections, 60 s, two threads; ab as the article calls it' },
      {
        flags: '--subject <id>',
        describe:
          'whose hello is asked when no URL is given: uws, node, or once built hyperlane, tokio, go (default: uws)',
      },
      {
        flags: '--engine <name>',
        describe: 'sockets of our own: io_uring, libuv, or auto (default): io_uring where it works',
      },
      { flags: '--documented-sockets', describe: 'do not go below net.Socket (slower)' },
      { flags: '--no-report', describe: 'stop after the table' },
      { flags: '--json', describe: 'print what was measured as JSON' },
      { flags: '--out <folder>', describe: 'where the files go (default: out)' },
    ],
    examples: [
      'pushlab qps',
      'pushlab qps --with wrk,ab --mode both',
      'pushlab qps http://127.0.0.1:8080/hello --connections 360 --rate 20000',
      'pushlab qps --preset article --with wrk,ab',
    ],
  },
  {
    name: 'doctor',
    describe: 'Say what this machine has, and what is missing for what',
    options: [{ flags: '--clean', describe: 'remove namespaces and browser profiles that killed runs left behind' }],
    examples: ['pushlab doctor', 'pushlab doctor --clean'],
  },
  {
    name: 'serve',
    describe: 'Run the server by hand, with a page that shows all transports live',
    options: [
      { flags: '--subject <id>', describe: 'which server: uws, node (default: uws)' },
      { flags: '--port <n>', describe: 'port to listen on, 0 for any free one (default: 8080)' },
      { flags: '--host <address>', describe: 'address to listen on (default: 127.0.0.1)' },
      { flags: '--rate <hz>', describe: 'updates per second (default: 10)' },
      { flags: '--payload <bytes>', describe: 'bytes per update, at least 16 (default: 128)' },
      { flags: '--arrival <process>', describe: 'periodic, poisson or bursts (default: periodic)' },
    ],
    examples: [
      'pushlab serve',
      'pushlab serve --subject node',
      'pushlab serve --port 9000 --rate 100 --arrival poisson',
    ],
  },
];

/** `start` is called with the command that was asked for. */
export function createProgram(start) {
  const program = new Command('pushlab')
    .description(
      'Measures how an update reaches its subscribers: polling, long polling, SSE, HTTP streaming, WebSocket.',
    )
    .version(version(), '-V, --version')
    .helpOption('-h, --help', 'show this')
    .addHelpText(
      'after',
      '\nExamples:\n  $ pushlab doctor\n  $ pushlab run quick\n  $ pushlab serve\n\npushlab <command> --help shows its options and examples.',
    )
    .exitOverride()
    // Narrower than this it would leave breaking lines to the terminal, which does so inside words.
    .configureHelp({ minWidthToWrap: 20 })
    .configureOutput({
      outputError: (text, write) => write(text.replace(/^error: /, 'pushlab: ').replace(/\n\n/g, '\n')),
    })
    .showSuggestionAfterError();
  for (const row of commandTable) {
    const command = program.command(`${row.name} ${row.args ?? ''}`.trim()).description(row.describe);
    for (const { flags, describe } of row.options ?? []) command.option(flags, describe);
    command
      .helpOption('-h, --help', 'show this')
      .addHelpText('after', `\nExamples:\n${row.examples.map((example) => `  $ ${example}`).join('\n')}`)
      .configureHelp({ minWidthToWrap: 20 })
      .exitOverride()
      .allowExcessArguments(false)
      .action((...given) => {
        const args = given.slice(0, -2).filter((arg) => arg !== undefined);
        return start(row.name, args, given.at(-2));
      });
  }
  return program;
}

function version() {
  return JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version;
}
