"""The files that the rows read, each made when it is asked for and not there yet."""
import os
import shutil
import subprocess
import zlib

import make_data

GZIP = 16 + zlib.MAX_WBITS
GZIP_LEVEL = 6  # the default of Go's, with which k6 writes


class Missing(Exception):
    """What a row needs is not there, so that it is left out; the text says what."""


class Data:
    """Files in a directory. Sizes are in bytes, and are reached up to one repetition more."""

    def __init__(self, directory):
        self.directory = directory

    def made(self, name, write):
        """The path of a file; `write` is given the path of one that is not there yet."""
        path = os.path.join(self.directory, name)
        if not os.path.exists(path):
            write(path + ".part")
            with open(path + ".part", "rb") as file:
                os.fsync(file.fileno())  # what is still to be written would disturb what is measured next
            os.rename(path + ".part", path)
        return path

    def json(self, size):
        """A run as k6 writes it by default."""
        return self.made(f"{size}.json", lambda path: write_run(path, size))

    def csv(self, size):
        """The same run as CSV."""
        return self.made(f"{size}.csv", lambda path: write_run(path, size, make_data.CSV_RUN))

    def distinct(self, size, place):
        """With distinct URLs, and vu and iter as `place`: tags or metadata."""
        return self.made(f"{size}-vu-iter-{place}.json", lambda path: write_run(path, size, vu_iter=place))

    def instances(self, size, count):
        """Of so many load generators, until now."""
        return self.made(f"{size}-{count}-instances.json",
                         lambda path: write_run(path, size, instances=count, ends_now=True))

    def gzip(self, size):
        """json(size), compressed, without that being there."""
        def write(path):
            packer = zlib.compressobj(GZIP_LEVEL, zlib.DEFLATED, GZIP)
            with open(path, "wb") as file:
                for part in make_data.parts(make_data.Run(make_data.RUN), size):
                    file.write(packer.compress(part))
                file.write(packer.flush())
        return self.made(f"{size}.json.gz", write)

    def zstd(self, size):
        """json(size), compressed."""
        if not shutil.which("zstd"):
            raise Missing("zstd is not installed")
        plain = self.json(size)
        return self.made(f"{size}.json.zst", lambda path: subprocess.run(["zstd", "-q", plain, "-o", path], check=True))


def write_run(path, size, run=make_data.RUN, vu_iter=None, instances=0, ends_now=False):
    """Makes one file."""
    with open(path, "wb", buffering=0) as file:
        for part in make_data.parts(make_data.Run(run, vu_iter, bool(instances)), size, None, instances, ends_now):
            file.write(part)
