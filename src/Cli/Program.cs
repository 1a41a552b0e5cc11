using VicRegSweeps.Cli;

Permissions.Restrict();
return CommandLine.Run(args);
