"""CodePipeline that runs the pipeline."""
