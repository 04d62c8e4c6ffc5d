"""Kernels from a fork server, as Jupyter's kernel managers ask for them.

A kernel spec chooses it in its metadata:
`{"kernel_provisioner": {"provisioner_name": "nbpress-forkserver", "config": {"socket": "…/fork.sock"}}}`.
"""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from traitlets import Unicode

from nbpress.execute.kernel.forkserver import ask

LONGEST_DEATH = 5.0  # seconds, as jupyter_client has it


class ForkedKernel:
    """A forked process with those parts of `subprocess.Popen` that jupyter_client uses."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int, connection: socket.socket) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._connection = connection

    def poll(self) -> int | None:
        """Return how the process has ended, negative for a signal, or None while it runs."""
        if self.returncode is None:
            try:
                packet = self._connection.recv(1024)
            except BlockingIOError:
                return None
            except OSError:
                packet = b""
            # no word from the server: it is gone, and the system has killed its kernels
            self.returncode = int(json.loads(packet)["returncode"]) if packet else -signal.SIGKILL
            self._connection.close()
        return self.returncode

    wait = poll  # jupyter_client calls it only when the process has ended

    def send_signal(self, number: int) -> None:
        """Have the server send it, since the number of a process that has ended may be another one's by now."""
        if self.poll() is None:
            with suppress(OSError):
                self._connection.send(json.dumps({"signal": number}).encode())

    def close(self) -> None:
        """Let go of the process, which ends it if it still runs."""
        self._connection.close()


class ForkServerProvisioner(LocalProvisioner):
    """Has a `ForkServer` fork the kernels."""

    socket = Unicode("", config=True, help="The socket of a running fork server.")

    process: ForkedKernel | None  # type: ignore[assignment]  # jupyter_client's own is untyped
    _kernel: ForkedKernel | None = None  # as `process`, but kept when the kernel has ended

    @property
    def returncode(self) -> int | None:
        """How the kernel has ended, negative for a signal; None while it runs."""
        return self._kernel.poll() if self._kernel else None

    @property
    def log_file(self) -> Path:
        """What the kernel's process itself has written, such as the last words of a crash."""
        return Path(self.socket).with_name(f"kernel-{self.kernel_id}.log")

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Have the kernel of the command `python -m ipykernel_launcher …` forked."""
        if "-m" not in cmd or cmd[cmd.index("-m") + 1] != "ipykernel_launcher":
            raise RuntimeError(f'a fork server runs "-m ipykernel_launcher" only, not: {" ".join(cmd)}')
        cwd = str(kwargs.get("cwd") or Path.cwd())
        request = {"argv": cmd, "cwd": cwd, "env": kwargs["env"], "log": str(self.log_file)}
        try:
            answer, connection = await ask(Path(self.socket), request)
        except OSError as error:
            raise RuntimeError(f'no kernel from the fork server at "{self.socket}": {error}') from error
        if "pid" not in answer:
            connection.close()
            raise RuntimeError(f"the fork server refuses: {answer['refusal']}")
        self._kernel = self.process = ForkedKernel(answer["pid"], connection)
        self.pid, self.cwd = self._kernel.pid, cwd
        return self.connection_info

    async def kill(self, restart: bool = False) -> None:
        """Kill the kernel, and wait until it has ended: jupyter_client would look only every 100 ms."""
        await super().kill(restart)
        deadline = time.monotonic() + LONGEST_DEATH
        while self.returncode is None and time.monotonic() < deadline:
            await asyncio.sleep(0.002)

    async def cleanup(self, restart: bool = False) -> None:
        """End what may still run."""
        if self._kernel:
            self._kernel.close()
        await super().cleanup(restart)
