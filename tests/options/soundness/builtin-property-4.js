export const options = {cloud: {apm: [/a/.source, /a/.global, typeof /a/i.flags, /a/i.ignoreCase]}};
