"""JupyterHub for a team of agents: each gets a server of the playbook, all share one case log.

    pip install 'mail-playbook[hub,postgres]'
    export PLAYBOOK_DATABASE=postgresql://playbook@db.example.com/playbook
    jupyterhub -f jupyterhub_config.py

Agents log in with the accounts of the machine (PAM) unless another authenticator is set; behind a
web server with TLS, as everything that carries customers' words. An agent's server ends itself an
hour after its last page was left, and starts again when the agent comes back; no culling service is
needed.
"""

import os
import sys
from pathlib import Path

c = get_config()  # noqa: F821  # JupyterHub provides it

c.JupyterHub.bind_url = "http://127.0.0.1:8000"
# The proxy in Python, beside this interpreter: nothing of Node.js is needed.
c.ConfigurableHTTPProxy.command = [str(Path(sys.executable).with_name("configurable-http-proxy"))]

# Who comes back to a server that has ended is not asked whether to start it.
c.JupyterHub.implicit_spawn_seconds = 0.5

c.Spawner.cmd = [sys.executable, "-m", "playbook.cli", "hub"]
c.Spawner.default_url = "/"
c.Spawner.environment = {
    name: os.environ[name]
    for name in (
        "PLAYBOOK_DATABASE",
        "PLAYBOOK_KNOWLEDGE",
        "PLAYBOOK_LEADS",
        "PLAYBOOK_KEPT_DAYS",
        "PLAYBOOK_BATCH",
    )
    if name in os.environ
}
# Nothing else of the hub's environment reaches a server.
c.Spawner.env_keep = ["PATH", "PYTHONPATH", "LANG", "LC_ALL", "VIRTUAL_ENV"]

c.Authenticator.allow_all = True
