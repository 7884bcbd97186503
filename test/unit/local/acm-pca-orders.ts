/** Parts of IssueCertificate requests for the tests of the local CA. */
import type { Json } from '../../../lib/local/emulators/aws-service.ts';

/** A text of `count` characters. */
export const x = (count: number) => 'x'.repeat(count);

/** A list that repeats an item. */
export const times = <Item>(count: number, item: Item): Item[] =>
  Array.from({ length: count }, () => item);

/** A request with this subject. */
export const subject = (Subject: Json): Json => ({ ApiPassthrough: { Subject } });

/** A request with these extensions. */
export const extensions = (Extensions: Json): Json => ({
  ApiPassthrough: { Subject: { CommonName: 'device' }, Extensions },
});

/** A request with these alternative names. */
export const alternativeName = (...SubjectAlternativeNames: Json[]) =>
  extensions({ SubjectAlternativeNames });

/** A request with this custom attribute in its subject. */
export const customAttribute = (ObjectIdentifier: string, Value: unknown = 'x') =>
  subject({ CustomAttributes: [{ ObjectIdentifier, Value }] });

/** A request with these extended key usages. */
export const usage = (...ExtendedKeyUsage: Json[]) => extensions({ ExtendedKeyUsage });

/** A request with a custom extension; `changes` replaces its members. */
export const custom = (changes: Json) =>
  extensions({ CustomExtensions: [{ ObjectIdentifier: '1.2.3.4', Value: 'BQA=', ...changes }] });

/** A request with a certificate policy that has these qualifiers. */
export const policy = (...PolicyQualifiers: Json[]) =>
  extensions({ CertificatePolicies: [{ CertPolicyId: '1.2.3', PolicyQualifiers }] });

/** A CPS qualifier. */
export const cps = (CpsUri: unknown) => ({ PolicyQualifierId: 'CPS', Qualifier: { CpsUri } });
