import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { UsageError } from './exit-codes.ts';

/** @throws {UsageError} When there is none, or what was typed twice differs. */
export async function readSecret(prompt: string): Promise<string> {
  const { stdin, stderr } = process;
  if (stdin.isTTY !== true) return await firstLineOf(stdin);
  const ask = async (question: string): Promise<string> => {
    stderr.write(question);
    // Whatever the editor of the line would show goes nowhere.
    const output = new Writable({ write: (_chunk, _encoding, done) => done() });
    const lines = createInterface({ input: stdin, output, terminal: true, historySize: 0 });
    const interrupted = new AbortController();
    lines.on('SIGINT', () => {
      interrupted.abort();
      process.emit('SIGINT');
    });
    try {
      return await lines.question('', { signal: interrupted.signal });
    } finally {
      lines.close();
      stderr.write('\n');
    }
  };
  const first = await ask(`${prompt}: `);
  if ((await ask(`${prompt}, once more: `)) !== first)
    throw new UsageError('The two passwords differ.', 'Run it again and type the same one twice.');
  return first;
}

async function firstLineOf(stdin: NodeJS.ReadStream): Promise<string> {
  let text = '';
  for await (const chunk of stdin.setEncoding('utf8')) {
    text += chunk as string;
    if (text.includes('\n')) break;
  }
  const line = text.split(/\r?\n/)[0]!;
  if (line === '')
    throw new UsageError('There is no password on standard input.', 'Pipe it in, or run it at a terminal.');
  return line;
}
