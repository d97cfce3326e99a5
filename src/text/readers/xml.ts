import sax from 'sax';
import type { TextFile } from '../corpora/files.ts';
import { bytesOf } from '../corpora/line-blocks.ts';
import { otherEncoding } from '../encoding.ts';
import { CorpusError } from '../errors.ts';

/** What a reader does with the parts of a document. */
export interface XmlHandler {
  open(name: string, attributes: Readonly<Record<string, string>>): void;
  close(name: string): void;
  text(text: string): void;
}

/**
 * Reads an XML document of any size, UTF-8 or UTF-16, and gives control after each piece of it.
 * @throws CorpusError with line and column where it is not well-formed, or cut
 */
export async function* readXml(file: TextFile, handler: XmlHandler): AsyncGenerator<void> {
  const parser = sax.parser(true, { position: true });
  let failure: CorpusError | undefined;
  const fail = (what: string, cause: unknown) => {
    const place = `line ${parser.line + 1}, column ${parser.column + 1}`;
    failure ??= new CorpusError(`${file.name}, ${place}, is not well-formed XML: ${what}.`, { cause });
  };
  // Its messages go on with lines about the place.
  parser.onerror = (error) => fail(error.message.split('\n')[0].replace(/\.$/, ''), error);
  parser.onopentag = ({ name, attributes }) => handler.open(name, attributes as Record<string, string>);
  parser.onclosetag = (name) => handler.close(name);
  parser.ontext = (text) => handler.text(text);
  parser.oncdata = (text) => handler.text(text);
  let decoder: InstanceType<typeof TextDecoder> | undefined;
  for await (const chunk of bytesOf(file)) {
    decoder ??= new TextDecoder(otherEncoding(chunk) ?? 'utf-8', { fatal: true });
    let text: string;
    try {
      text = decoder.decode(chunk, { stream: true });
    } catch (cause) {
      fail(`it is not ${decoder.encoding.toUpperCase()} text`, cause);
      throw failure!;
    }
    parser.write(text);
    if (failure) throw failure;
    yield;
  }
  parser.close();
  if (failure) throw failure;
  yield;
}
