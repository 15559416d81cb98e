import shared from 'https://config.example.com/shared.js';

export const options = shared.options.load;

export default function () {}
