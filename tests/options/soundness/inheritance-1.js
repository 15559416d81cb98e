const o=Object.create({v:1});
export const options = {cloud: {apm: ['v' in o]}};
