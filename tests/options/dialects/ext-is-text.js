export const options = {
  ext: 'loadimpact',
};

export default function () {}
