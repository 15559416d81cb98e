export const options = {cloud: {apm: ['abc'.match(/b/).index]}};
