import * as profiles from './lib/profiles.js';

export const options = profiles.loadTest;

export default function () {}
