/**
 * All stories run in one file, so that one process creates their keys and synthesizes the connector
 * once.
 */
import './stories/challenges.ts';
import './stories/dispatcher.ts';
import './stories/load.ts';
import './stories/lost.ts';
