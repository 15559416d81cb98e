export { loadTest as options } from './lib/profiles.js';

export default function () {}
