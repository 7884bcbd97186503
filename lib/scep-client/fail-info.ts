/** The failInfo values of RFC 8894 3.2.1.4. */

/** A failInfo with its meaning and the usual remedy. */
export interface FailInfo {
  readonly name: string;
  readonly meaning: string;
  readonly fix: string;
}

/** The five values of failInfo, by their decimal text in a reply. Any other value is an error. */
export const failInfos: ReadonlyMap<string, FailInfo> = new Map([
  [
    '0',
    {
      name: 'badAlg',
      meaning: 'the server does not know or does not allow an algorithm',
      fix: 'use --cipher aes128 without --oaep, or ask the operator for the allowed algorithms',
    },
  ],
  [
    '1',
    {
      name: 'badMessageCheck',
      meaning: 'the message failed its integrity check',
      fix: 'run the command again, without a proxy that rewrites requests',
    },
  ],
  [
    '2',
    {
      name: 'badRequest',
      meaning: 'the request is not permitted',
      fix: 'check the challenge (correct, unused, not expired), the names and the key size; or run the command again, because the RA certificate may have been renewed',
    },
  ],
  [
    '3',
    {
      name: 'badTime',
      meaning: 'the time in the message differs too much from the server’s time',
      fix: 'correct this machine’s clock',
    },
  ],
  [
    '4',
    {
      name: 'badCertId',
      meaning: 'the server does not know the request or the certificate',
      fix: 'remove request.der from the output folder and enrol again',
    },
  ],
]);
