import { apm, use } from './lib/live.js';

use('checks');

export const options = { ext: { loadimpact: { apm } } };

export default function () {}
