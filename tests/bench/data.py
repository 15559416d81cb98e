"""The files that the rows read, each made when it is asked for and not there yet."""
import os
import shutil
import subprocess
import zlib

import make_data

GZIP = 16 + zlib.MAX_WBITS
# 512 KiB: a repetition does not see the one before, so that the run compresses as one repetition does.
ZSTD_WINDOW = "--zstd=wlog=19"
GZIP_LEVEL = 6  # the default of Go's, with which k6 writes


class Missing(Exception):
    """What a row needs is not there, so that it is left out; the text says what."""


def read_from_disk(path):
    """Puts a file into the page cache by reading it. What writing leaves there is in small pieces, in some files more
    than in others, and up to twice as slow to copy."""
    with open(path, "rb", buffering=0) as file:
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        while file.read(1 << 20):
            pass


class Data:
    """Files in a directory. Sizes are in bytes, and are reached up to one repetition more."""

    def __init__(self, directory):
        self.directory = directory
        self.read = set()

    def made(self, name, write):
        """The path of a file, which is in the page cache; `write` is given the path of one that is not there yet."""
        path = os.path.join(self.directory, name)
        if not os.path.exists(path):
            write(path + ".part")
            with open(path + ".part", "rb") as file:
                os.fsync(file.fileno())  # what is still to be written would disturb what is measured next
            os.rename(path + ".part", path)
        if path not in self.read:
            read_from_disk(path)
            self.read.add(path)
        return path

    def json(self, size):
        """A run as k6 writes it by default."""
        return self.run(f"{size}.json", size, make_data.RUN)

    def csv(self, size):
        """The same run as CSV."""
        return self.run(f"{size}.csv", size, make_data.CSV_RUN)

    def distinct(self, size, place):
        """With distinct URLs, and vu and iter as `place`: tags or metadata."""
        return self.run(f"{size}-vu-iter-{place}.json", size, make_data.RUN, vu_iter=place)

    def instances(self, size, count):
        """Of so many load generators, until now."""
        return self.run(f"{size}-{count}-instances.json", size, make_data.RUN, instances=count)

    def run(self, name, size, source, **changes):
        """A run that is made out of a real one."""
        def write(path):
            with open(path, "wb", buffering=0) as file:
                run = make_data.Run(source, **changes)
                for part in make_data.parts(run, size, ends_now=bool(run.instances)):
                    file.write(part)
        return self.made(name, write)

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
        return self.made(f"{size}.json.zst", lambda path: subprocess.run(
            ["zstd", "-q", ZSTD_WINDOW, plain, "-o", path], check=True))
