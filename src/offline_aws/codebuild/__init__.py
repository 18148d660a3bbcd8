"""CodeBuild that runs the build."""
