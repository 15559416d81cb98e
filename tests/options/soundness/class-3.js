let n=1; class K{*[Symbol.iterator](){n=3;yield 1}} const k=new K(); n=1; for(const x of k);
export const options = {cloud: {apm: [n]}};
