const config = JSON.parse(open(`./data/${__ENV.TEST_TYPE || 'load'}.json`));

export const options = Object.assign({}, config, { tags: { type: 'x' } });

export default function () {}
