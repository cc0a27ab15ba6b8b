# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022
SHELL ["powershell", "-Command"]
WORKDIR C:\app
RUN Install-WindowsFeature `
    Web-Server
COPY bin\app.exe C:\app\
COPY a.txt b.txt sub\
ENV PATH="C:\app;${PATH}"
CMD ["app.exe"]
