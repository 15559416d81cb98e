import options from './lib/default-options.js';

export { options };

export default function () {}
