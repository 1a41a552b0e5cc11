using VicRegSweeps.Cli;

Permissions.Restrict();
Outputs.Install();
return CommandLine.Run(args);
