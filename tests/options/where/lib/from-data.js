export const apm = JSON.parse(open('./data/apm.json'));
