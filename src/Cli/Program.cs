using VicRegSweeps.Cli;

Permissions.Restrict();
Outputs.Install();
Terminal.Protect();
return CommandLine.Run(args);
