import { apm } from '../apm-list.js';

export const options = { ext: { loadimpact: { apm } } };
