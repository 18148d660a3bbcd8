"""How long a deployment takes in lab time for what CodeDeploy itself does, in seconds."""

from __future__ import annotations

#: From CreateDeployment to the first step.
CREATED = 2.0
#: A lifecycle event that no script and no function is for.
EVENT = 1.0
#: Between two looks at what another service does, such as a task set that starts.
POLL = 15.0
#: What a hook's function may take to answer, and a task set to become stable.
HOOK = 3600.0
STABLE = 3600.0
#: The agent on an instance asks for work about as often.
AGENT = 1.0
#: A new instance of a copied Auto Scaling group boots.
PROVISION = 60.0
#: A script beside what it sleeps.
SCRIPT = 2.0
