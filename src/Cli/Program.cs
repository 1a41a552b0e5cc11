using VicRegSweeps.Cli;

Permissions.Restrict();
Terminal.Protect();
return CommandLine.Run(args);
