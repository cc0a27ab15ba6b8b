FROM maven:3.9-eclipse-temurin-21 AS build
WORKDIR /build
COPY pom.xml .
RUN mvn -B dependency:go-offline
COPY src ./src
RUN mvn -B package -DskipTests

FROM eclipse-temurin:21-jre AS layers
COPY --from=build /build/target/*.jar /tmp/app.jar
RUN java -Djarmode=layertools -jar /tmp/app.jar extract --destination /tmp/layers

FROM eclipse-temurin:21-jre
MAINTAINER somebody <somebody@example.com>
RUN groupadd -r app && useradd -r -g app app
WORKDIR /
USER app:app
WORKDIR /app
COPY --from=layers /tmp/layers/dependencies/ /tmp/layers/application/ ./
ADD --chown=app https://example.com/agent.jar agents/
ENTRYPOINT exec java $JAVA_OPTS -cp @classpath org.example.Main
