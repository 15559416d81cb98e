export const options = {cloud: {apm: [({}).constructor===Object, [].constructor===Array, 'a'.constructor===String]}};
