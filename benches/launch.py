"""Runs one command and prints what it used: `launch.py OUTPUT COMMAND…`, what the command prints goes to OUTPUT.

A process begins with the peak memory of the one that started it. This one imports next to nothing, so that the
figure is the command's own from ten MB on.
"""

import os
import sys
import time

output, *command = sys.argv[1:]
actions = [(os.POSIX_SPAWN_OPEN, 1, output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)]
began = time.perf_counter()
pid = os.posix_spawnp(command[0], command, os.environ, file_actions=actions)
_, status, used = os.wait4(pid, 0)
wall = time.perf_counter() - began
print(os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime, wall, used.ru_maxrss * 1024)
