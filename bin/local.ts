/** `npm start`: the app on this machine. Its flags: `npm start -- --help`. */
import { beginSmall } from '../lib/local/small-process.ts';

beginSmall();
// Only now, because loading it is what takes the time.
await import('../lib/local/command.ts');
