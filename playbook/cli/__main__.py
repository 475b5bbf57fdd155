"""`python -m playbook.cli`, for who names the interpreter, as JupyterHub does."""

from playbook.cli import main

if __name__ == "__main__":
    main()
