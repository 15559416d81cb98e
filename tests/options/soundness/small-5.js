export const options = {cloud: {apm: ['ab'.match(/(?:(a)|b)*/)]}};
