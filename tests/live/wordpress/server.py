"""A real WordPress on loopback: its own MariaDB in a folder, PHP's built-in server, a classic theme, threads from JSON lines.

For the live tests, and for collecting the constructed forum anew:

    PYTHONPATH=tests/live python -m wordpress.server FOLDER data/raw/constructed/forum.jsonl --port 8088

serves the forum until it is interrupted. It needs Debian's packages wordpress, php-cli, php-mysql, php-xml, php-mbstring and
mariadb-server.
"""

from __future__ import annotations

import argparse
import getpass
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType

from software import end

HERE = Path(__file__).parent
WORDPRESS = Path("/usr/share/wordpress")

CONFIG = """<?php
define('DB_NAME', 'wp'); define('DB_USER', 'root'); define('DB_PASSWORD', '');
define('DB_HOST', 'localhost:' . getenv('FORUM_DIR') . '/run/m.sock');
define('DB_CHARSET', 'utf8mb4'); define('DB_COLLATE', '');
define('WP_HOME', getenv('FORUM_URL')); define('WP_SITEURL', getenv('FORUM_URL'));
foreach (['AUTH_KEY', 'SECURE_AUTH_KEY', 'LOGGED_IN_KEY', 'NONCE_KEY', 'AUTH_SALT', 'SECURE_AUTH_SALT', 'LOGGED_IN_SALT',
          'NONCE_SALT'] as $name) define($name, 'on-loopback-only-' . $name);
define('WP_HTTP_BLOCK_EXTERNAL', true); define('DISABLE_WP_CRON', true); define('AUTOMATIC_UPDATER_DISABLED', true);
$table_prefix = 'wp_';
if (!defined('ABSPATH')) define('ABSPATH', __DIR__ . '/');
require_once ABSPATH . 'wp-settings.php';
"""


def missing() -> str | None:
    """What this machine lacks to run WordPress; None where it has everything."""
    programs = [name for name in ("mariadbd", "mariadb-install-db", "mariadb", "php") if not find(name)]
    if programs:
        return f"not installed: {', '.join(programs)}"
    if not WORDPRESS.is_dir():
        return f"not installed: wordpress ({WORDPRESS})"
    modules = subprocess.run([find("php"), "-m"], capture_output=True, text=True, check=True).stdout.split()
    lacking = [name for name in ("mysqli", "mbstring", "xml") if name not in modules]
    return f"PHP lacks {', '.join(lacking)}" if lacking else None


def find(name: str) -> str:
    """Path of a program, also where only root looks; "" where there is none."""
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin") or ""


class WordPress:
    """One forum in `folder`, served at http://127.0.0.1:`port`/ within the `with` block. `public` is the port that its links
    name, where something stands between it and its readers."""

    def __init__(self, folder: Path, port: int, per_page: int = 20, public: int | None = None) -> None:
        self.folder, self.port, self.per_page = folder.resolve(), port, per_page
        self.url = f"http://127.0.0.1:{public or port}/"
        self._socket = self.folder / "run/m.sock"
        self._environment = {
            **os.environ,
            "FORUM_DIR": str(self.folder),
            "FORUM_URL": self.url.rstrip("/"),
            "TZ": "UTC",
        }
        self._environment.pop("PHP_CLI_SERVER_WORKERS", None)
        self._processes: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> WordPress:
        try:
            self._start_database()
            self._copy_site()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def seed(self, threads: Path) -> str:
        """Install WordPress, insert the threads (one JSON object a line) and begin to serve; returns what seed.php told."""
        told = self._php("seed.php", str(threads.resolve()), str(self.per_page))
        self._php("flush.php")  # rewrite rules need a second process, or posts give 404
        self._serve()
        return told

    def change(self, slug: str, changes: Sequence[Mapping[str, str | None]]) -> None:
        """Change the comments of a post while it is served: see change.php."""
        lines = self.folder / "changes.jsonl"
        lines.write_text("".join(json.dumps(change) + "\n" for change in changes), "utf-8")
        self._php("change.php", str(lines), slug)

    def stop(self) -> None:
        """End the processes that this object started."""
        for process in reversed(self._processes):
            end(process)
        self._processes.clear()

    def _start_database(self) -> None:
        data, user = self.folder / "db", getpass.getuser()
        (self.folder / "run").mkdir(parents=True, exist_ok=True)
        options = ["--no-defaults", f"--user={user}", f"--datadir={data}"]
        small = ["--skip-networking", "--innodb-flush-log-at-trx-commit=2", "--innodb-buffer-pool-size=32M"]
        with (self.folder / "mariadb.log").open("ab") as log:
            if not (data / "mysql").is_dir():
                install = [
                    find("mariadb-install-db"),
                    *options,
                    "--skip-test-db",
                    "--auth-root-authentication-method=normal",
                ]
                subprocess.run(install, stdout=log, stderr=log, check=True)
            server = [
                find("mariadbd"),
                *options,
                f"--socket={self._socket}",
                f"--pid-file={self.folder}/run/m.pid",
                *small,
            ]
            self._processes.append(subprocess.Popen(server, stdout=log, stderr=log))
        client = [find("mariadb"), "--no-defaults", "-uroot", "-S", str(self._socket)]
        create = "CREATE DATABASE IF NOT EXISTS wp CHARACTER SET utf8mb4"
        self._until(lambda: subprocess.run([*client, "-e", create], capture_output=True, check=False).returncode == 0)

    def _copy_site(self) -> None:
        site = self.folder / "site"
        if not site.is_dir():
            shutil.copytree(WORDPRESS, site, symlinks=False)
        (site / "wp-config.php").unlink(missing_ok=True)
        (site / "wp-config.php").write_text(CONFIG, "utf-8")
        shutil.copytree(HERE / "theme", site / "wp-content/themes/standpunt-classic", dirs_exist_ok=True)

    def _php(self, script: str, *arguments: str) -> str:
        command = [find("php"), str(HERE / script), *arguments]
        done = subprocess.run(
            command, env=self._environment, capture_output=True, text=True, encoding="utf-8", check=False
        )
        if done.returncode:
            raise RuntimeError(f"{script} failed: {done.stdout[-2000:]} {done.stderr[-2000:]}")
        return done.stdout

    def _serve(self) -> None:
        site = self.folder / "site"
        server = [find("php"), "-S", f"127.0.0.1:{self.port}", "-t", str(site), str(HERE / "router.php")]
        with (self.folder / "php.log").open("ab") as log:
            self._processes.append(subprocess.Popen(server, cwd=site, env=self._environment, stdout=log, stderr=log))
        self._until(self._answers)

    def _answers(self) -> bool:
        try:
            url = f"http://127.0.0.1:{self.port}/wp-login.php"  # the front page would redirect to its public address
            with urllib.request.urlopen(url, timeout=20) as response:
                return bool(response.status == 200)
        except OSError:
            return False

    def _until(self, ready: Callable[[], bool]) -> None:
        end = time.monotonic() + 90
        while not ready():
            if time.monotonic() > end or any(process.poll() is not None for process in self._processes):
                raise RuntimeError(f"WordPress did not start; see the logs in {self.folder}")
            time.sleep(0.1)


def main() -> None:
    """Serve threads until interrupted."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("threads", type=Path)
    parser.add_argument("--port", type=int, default=8088)
    chosen = parser.parse_args()
    if lack := missing():
        sys.exit(lack)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with WordPress(chosen.folder, chosen.port) as forum:
        sys.stdout.write(forum.seed(chosen.threads) + f"serving {forum.url}\n")
        sys.stdout.flush()
        try:
            signal.pause()
        except KeyboardInterrupt:
            sys.stdout.write("stopping\n")


if __name__ == "__main__":
    main()
