const it={*[Symbol.iterator](){yield 1}};
export const options = {cloud: {apm: [Array.from(it)]}};
