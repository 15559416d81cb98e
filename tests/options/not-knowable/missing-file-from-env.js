export let options = JSON.parse(open(`./lib/${__ENV.TEST_TYPE}.json`));

export default function () {}
