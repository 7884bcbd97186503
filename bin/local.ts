/** `npm start` runs the app on this machine. `npm start -- --help` lists its flags. */
import { beginSmall } from '../lib/local/small-process.ts';

beginSmall();
// beginSmall restarts the process, so the rest of the code is loaded after it.
await import('../lib/local/command.ts');
