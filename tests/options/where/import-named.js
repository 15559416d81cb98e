import { loadTest as profile } from './lib/profiles.js';

export const options = profile;

export default function () {}
