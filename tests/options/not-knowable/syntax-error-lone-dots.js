export const options = {
  ext: {
    loadimpact: {
      apm: [
        { provider: 'prometheus', metrics: ['checks', ...] },
      ],
    },
  },
};

export default function () {}
