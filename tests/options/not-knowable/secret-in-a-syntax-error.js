export const options = {
  ext: { loadimpact: { apm: [{
    provider: 'prometheus',
    credentials: { token: 's3cr3t-unfinished },
  }] } },
};

export default function () {}
