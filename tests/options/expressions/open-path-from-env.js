export let options = JSON.parse(open('./data/' + __ENV.TEST_TYPE + '.json'));

export default function () {}
