/** The names in certification requests, as `openssl req` reads them. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runOrThrow } from './command.ts';

/** One attribute; `rdn` counts the RDNs. */
interface ReadAttribute {
  readonly oid: string;
  readonly text: string;
  readonly rdn: number;
}

/** OpenSSL's output for one request. Alternative names have its form, such as `DNS:a.example`. */
export interface OpensslNames {
  readonly subject: readonly ReadAttribute[];
  readonly alternativeNames: readonly string[];
}

/** Types as OIDs, UTF-8, one RDN per line, and an escape before each special character. */
const nameOptions = 'oid,utf8,sep_multiline,esc_2253,esc_ctrl';
const left = 'no_header,no_version,no_pubkey,no_sigdump';
const command = `openssl req -inform DER -in "$file" -noout -subject -nameopt ${nameOptions} -text -reqopt ${left}`;

// Enough processes for two cores.
const shards = 4;

/** Reads the requests, one process each, in a directory that the caller removes. */
export async function readByOpenssl(
  requests: readonly Uint8Array[],
  directory: string,
): Promise<readonly OpensslNames[]> {
  const files = requests.map((request, index) => {
    const file = join(directory, `${index}.der`);
    writeFileSync(file, request);
    return file;
  });
  const script = `for file in "$@"; do echo "== request"; ${command} || exit 1; done`;
  const perShard = Math.ceil(files.length / shards);
  const outputs = await Promise.all(
    Array.from({ length: shards }, (_, shard) =>
      runOrThrow('sh', [
        '-c',
        script,
        'sh',
        ...files.slice(shard * perShard, (shard + 1) * perShard),
      ]),
    ),
  );
  return outputs.flatMap((output) => output.split('== request\n').slice(1).map(namesIn));
}

function namesIn(output: string): OpensslNames {
  const [, rdns = ''] = /^subject=\n?((?: {4}.*\n)*)/m.exec(output) ?? [];
  const [, list] = /X509v3 Subject Alternative Name: (?:critical)?\n +(.*)/.exec(output) ?? [];
  return {
    subject: rdns.split('\n').filter(Boolean).flatMap(attributesIn),
    alternativeNames: list === undefined ? [] : list.split(', '),
  };
}

/** Splits a line such as `    2.5.4.3=a\+b + 2.5.4.10=c`. An escaped character is text. */
function attributesIn(line: string, rdn: number): readonly ReadAttribute[] {
  const parts = line.slice(4).match(/(?:\\.|[^\\+])+/gs) ?? [];
  return parts.map((part, index) => {
    const own = part.slice(index === 0 ? 0 : 1, index === parts.length - 1 ? undefined : -1);
    const at = own.indexOf('=');
    return { oid: own.slice(0, at), text: unescaped(own.slice(at + 1)), rdn };
  });
}

const unescaped = (text: string): string => text.replace(/\\(.)/gs, '$1');
