import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';

/** What a page looks like in a browser whose window is so wide. */
export interface Looked {
  readonly width: number;
  /** Of everything on it: more than `width` where it has to be moved sideways. */
  readonly contentWidth: number;
  /** Charts that can be seen, by the class they have. */
  readonly charts: { readonly wide: number; readonly narrow: number };
  /** Texts of charts that reach beyond them. */
  readonly cut: readonly string[];
  /** All that the console shows, and whatever the page asked for. */
  readonly console: readonly string[];
  readonly requested: readonly string[];
  readonly pdfBytes: number;
}

const names = ['chromium-headless-shell', 'chromium', 'google-chrome'];

const installed = (): string => {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const found = names.flatMap((name) => folders.map((folder) => join(folder, name))).find(existsSync);
  if (found === undefined) throw new Error(`none of these is installed: ${names.join(', ')}`);
  return found;
};

const message: z.ZodType<{
  id?: number | undefined;
  method?: string | undefined;
  params?: unknown;
  result?: unknown;
  error?: unknown;
}> = z.object({
  id: z.int().optional(),
  method: z.string().optional(),
  params: z.unknown().optional(),
  result: z.unknown().optional(),
  error: z.unknown().optional(),
});

interface Connection {
  call<T>(method: string, params: object, result: z.ZodType<T>, session?: string): Promise<T>;
  /** Every event so far with this name. */
  events(method: string): readonly unknown[];
}

/** The debugging protocol over two pipes: JSON, each message ended by a zero byte. */
const connect = (to: Writable, from: Readable): Connection => {
  const waiting = new Map<number, (answer: z.infer<typeof message>) => void>();
  const seen: z.infer<typeof message>[] = [];
  let rest = '';
  let next = 1;
  from.setEncoding('utf8').on('data', (chunk: string) => {
    const parts = (rest + chunk).split('\0');
    rest = parts.pop() ?? '';
    for (const part of parts) {
      const heard = message.parse(JSON.parse(part));
      if (heard.id === undefined) seen.push(heard);
      else waiting.get(heard.id)?.(heard);
    }
  });
  return {
    events: (method) => seen.filter((each) => each.method === method).map(({ params }) => params),
    call: async (method, params, schema, sessionId) => {
      const id = next++;
      const answer = new Promise<z.infer<typeof message>>((resolve) => waiting.set(id, resolve));
      to.write(
        `${JSON.stringify({ id, method, params, ...(sessionId === undefined ? {} : { sessionId }) })}\0`,
      );
      const { result, error } = await answer;
      if (error !== undefined) throw new Error(`${method}: ${JSON.stringify(error)}`);
      return schema.parse(result);
    },
  };
};

/** What the page is asked: charts of either class that take room, and texts in them that stick out. */
const question = `(() => {
  const shown = [...document.querySelectorAll('svg')].filter((svg) => svg.getBoundingClientRect().width > 0);
  const out = (svg) => {
    const frame = svg.getBoundingClientRect();
    return [...svg.querySelectorAll('text')]
      .filter((text) => { const box = text.getBoundingClientRect(); return box.left < frame.left - 1 || box.right > frame.right + 1; })
      .map((text) => text.textContent);
  };
  const count = (name) => shown.filter((svg) => svg.classList.contains(name)).length;
  return {
    width: innerWidth,
    contentWidth: document.documentElement.scrollWidth,
    charts: { wide: count('wide'), narrow: count('narrow') },
    cut: shown.flatMap(out),
  };
})()`;

const answered: z.ZodType<{ result: { value: Omit<Looked, 'console' | 'requested' | 'pdfBytes'> } }> =
  z.object({
    result: z.object({
      value: z.object({
        width: z.number(),
        contentWidth: z.number(),
        charts: z.object({ wide: z.int(), narrow: z.int() }),
        cut: z.array(z.string()),
      }),
    }),
  });
const anything: z.ZodType<unknown> = z.unknown();
const target: z.ZodType<{ targetId: string }> = z.object({ targetId: z.string() });
const session: z.ZodType<{ sessionId: string }> = z.object({ sessionId: z.string() });
const printed: z.ZodType<{ data: string }> = z.object({ data: z.string() });
const requested: z.ZodType<{ request: { url: string } }> = z.object({
  request: z.object({ url: z.string() }),
});

/** Opens a page as a file, in a browser of its own, whose files are beside the page for the while. */
export const look = async (file: string, width: number): Promise<Looked> => {
  const profile = await mkdtemp(join(dirname(file), 'browser-'));
  const options = ['--headless', '--no-sandbox', '--disable-gpu', '--remote-debugging-pipe'];
  const browser = spawn(installed(), [...options, `--user-data-dir=${profile}`], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise((resolve) => browser.once('exit', resolve));
  try {
    const [, , , to, from] = browser.stdio;
    if (!(to instanceof Writable && from instanceof Readable)) throw new Error('the browser has no pipes');
    const connection = connect(to, from);
    const looked = await lookBy(connection, pathToFileURL(file).href, width);
    // Not killed: what was started may be a script around the browser, which would go on.
    await connection.call('Browser.close', {}, anything);
    await ended;
    return looked;
  } finally {
    browser.kill();
    await ended;
    await rm(profile, { recursive: true, force: true });
  }
};

const lookBy = async ({ call, events }: Connection, url: string, width: number): Promise<Looked> => {
  const { targetId } = await call('Target.createTarget', { url: 'about:blank' }, target);
  const { sessionId } = await call('Target.attachToTarget', { targetId, flatten: true }, session);
  const inPage = <T>(method: string, params: object, schema: z.ZodType<T>): Promise<T> =>
    call(method, params, schema, sessionId);
  for (const domain of ['Page', 'Network', 'Log', 'Runtime']) await inPage(`${domain}.enable`, {}, anything);
  const screen = { width, height: 800, deviceScaleFactor: 1, mobile: false };
  await inPage('Emulation.setDeviceMetricsOverride', screen, anything);
  await inPage('Page.navigate', { url }, anything);
  while (events('Page.loadEventFired').length === 0) await sleep(20);
  const { result } = await inPage(
    'Runtime.evaluate',
    { expression: question, returnByValue: true },
    answered,
  );
  const { data } = await inPage('Page.printToPDF', {}, printed);
  return {
    ...result.value,
    console: [...events('Log.entryAdded'), ...events('Runtime.consoleAPICalled')].map((each) =>
      JSON.stringify(each),
    ),
    requested: events('Network.requestWillBeSent').map((each) => requested.parse(each).request.url),
    pdfBytes: Buffer.from(data, 'base64').length,
  };
};
