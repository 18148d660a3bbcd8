"""CloudFormation that can fail."""
