/** All stories in one file, so that one process makes their keys and synthesizes the connector. */
import './stories/challenges.ts';
import './stories/dispatcher.ts';
import './stories/load.ts';
import './stories/lost.ts';
