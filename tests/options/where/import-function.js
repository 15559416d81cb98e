import { destination } from './lib/destination.js';

export const options = { ext: { loadimpact: { apm: [destination('eu', ['checks'])] } } };

export default function () {}
