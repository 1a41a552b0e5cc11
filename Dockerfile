# The image of workers in a cluster: vicreg-sweep with its libtorch, for linux-x64. See docs/clusters.md.
#
#   docker build -t registry.lab/vicreg-sweep:1 .                             trains on processors
#   docker build -t registry.lab/vicreg-sweep:1 --build-arg LIBTORCH=cuda .   trains on NVIDIA GPUs, with the CUDA libraries inside (several GB)

ARG DOTNET=10.0

FROM mcr.microsoft.com/dotnet/sdk:${DOTNET} AS build
ARG LIBTORCH=cpu
WORKDIR /source
COPY . .
# With exactly the packages of the lock files, as eng/build takes them; there are none for CUDA unless somebody has made them. What is built links
# libtorch where the packages lie; what is published has it inside.
RUN locked=; if [ "$LIBTORCH" = cpu ] || [ -e src/Cli/packages.cuda.lock.json ]; then locked=-p:RestoreLockedMode=true; fi; \
    DOTNET_CLI_TELEMETRY_OPTOUT=1 dotnet msbuild src/Cli -restore $locked -t:Publish -p:PublishDir=/published/ -p:Configuration=Release \
    -p:Libtorch="$LIBTORCH" -nologo -verbosity:quiet

FROM mcr.microsoft.com/dotnet/aspnet:${DOTNET}
# libtorch's threads; figures of reports need a font.
RUN apt-get update -q && apt-get install -q -y --no-install-recommends libgomp1 fonts-dejavu-core && rm -rf /var/lib/apt/lists/*
COPY --from=build /published /opt/vicreg-sweep
ENV DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 DOTNET_ROOT=/usr/share/dotnet VICREG_SWEEP_COMMAND=vicreg-sweep PATH=/opt/vicreg-sweep:$PATH
# Nothing is written to the image: banks and the stores of shards go to the folder for temporary files, or where options say.
USER 1000
WORKDIR /tmp
ENTRYPOINT ["/opt/vicreg-sweep/vicreg-sweep"]
